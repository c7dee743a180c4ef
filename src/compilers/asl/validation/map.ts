import {
  type Check,
  checkFields,
  type Fields,
  fieldsOf,
  requireArray,
  requireFields,
  requireObject,
  requireText,
} from './fields.ts';
import type { Here, MachineType } from './inspection.ts';
import { isObject, type JsonObject } from './json-type.ts';
import { jsonataObject } from './jsonata.ts';
import { singlePath } from './paths.ts';
import type { Place } from './place.ts';
import { jsonPathObject } from './template.ts';
import { anything, dynamic, integer, oneOf, text } from './values.ts';

/** Items an item reader gives at most. */
const MAXIMUM_ITEMS = 100_000_000;
/** Bytes of one batch: what a child execution takes as its input. */
const MAXIMUM_BATCH_BYTES = 262_144;
const MAXIMUM_LABEL = 40;
const LABEL_FORBIDS = /[\s?*<>{}[\]:;,\\|^~$#%&`"]|\p{Cc}/u;

const PROCESSOR_CONFIG = fieldsOf('ProcessorConfig', {
  Mode: oneOf('INLINE', 'DISTRIBUTED'),
  ExecutionType: oneOf('STANDARD', 'EXPRESS'),
});

const PROCESSOR = fieldsOf(
  'an item processor',
  { Comment: text, StartAt: anything, States: anything, ProcessorConfig: checkWith(PROCESSOR_CONFIG) },
  { required: ['States', 'StartAt'] },
);

const READER = fieldsOf(
  'ItemReader',
  {
    Resource: readerResource,
    ReaderConfig: readerConfig,
    'Parameters JSONPath': jsonPathObject,
    'Arguments JSONata': jsonataObject,
  },
  { required: ['Resource'] },
);

const READER_CONFIG = fieldsOf(
  'ReaderConfig',
  {
    InputType: oneOf('CSV', 'JSON', 'JSONL', 'MANIFEST', 'PARQUET'),
    Transformation: oneOf('NONE', 'LOAD_AND_FLATTEN'),
    ManifestType: oneOf('ATHENA_DATA', 'S3_INVENTORY'),
    CSVDelimiter: oneOf('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'),
    CSVHeaderLocation: oneOf('FIRST_ROW', 'GIVEN'),
    CSVHeaders: csvHeaders,
    ItemsPointer: text,
    MaxItems: dynamic(integer(0, MAXIMUM_ITEMS)),
    'MaxItemsPath JSONPath': singlePath,
  },
  { exclusive: [['MaxItems', 'MaxItemsPath']] },
);

const BATCHER = fieldsOf(
  'ItemBatcher',
  {
    BatchInput: (value, at, here) =>
      (here.language === 'JSONPath' ? jsonPathObject : jsonataObject)(value, at, here),
    MaxItemsPerBatch: dynamic(integer(0, MAXIMUM_ITEMS)),
    'MaxItemsPerBatchPath JSONPath': singlePath,
    MaxInputBytesPerBatch: dynamic(integer(0, MAXIMUM_BATCH_BYTES)),
    'MaxInputBytesPerBatchPath JSONPath': singlePath,
  },
  {
    exclusive: [
      ['MaxItemsPerBatch', 'MaxItemsPerBatchPath'],
      ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'],
    ],
  },
);

const WRITER_CONFIG = fieldsOf(
  'WriterConfig',
  { OutputType: oneOf('JSON', 'JSONL'), Transformation: oneOf('NONE', 'COMPACT', 'FLATTEN') },
  { required: ['OutputType'] },
);

const WRITER = fieldsOf('ResultWriter', {
  Resource: writerResource,
  WriterConfig: checkWith(WRITER_CONFIG),
  'Parameters JSONPath': jsonPathObject,
  'Arguments JSONata': jsonataObject,
});

/** Fields that only the items of a distributed Map have a use for. */
const DISTRIBUTED_FIELDS = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];

export const itemReader: Check = checkWith(READER);

export const itemBatcher: Check = (value, at, here) => {
  if (!requireObject(value, at, here)) return;
  checkFields(value, at, here, BATCHER);
  if (Object.keys(value).some((name) => name.startsWith('Max'))) return;
  here.findings.error(
    'ASL_MISSING_FIELD',
    at,
    'ItemBatcher needs MaxItemsPerBatch or MaxInputBytesPerBatch, or a path to one of them',
  );
};

export const resultWriter: Check = (value, at, here) => {
  if (!requireObject(value, at, here)) return;
  checkFields(value, at, here, WRITER);
  if (!Object.hasOwn(value, 'WriterConfig')) requireFields(value, at, here, ['Resource']);
};

export const label: Check = (value, at, here) => {
  if (!requireText(value, at, here)) return;
  const { findings, inspection } = here;
  const wrong = (message: string) =>
    findings.error('ASL_LABEL', at, message, { service: { code: 'INVALID_LABEL_NAME' } });
  if (value.length === 0 || value.length > MAXIMUM_LABEL) {
    wrong(`a label has 1 to ${MAXIMUM_LABEL} characters, not ${value.length}`);
  } else if (LABEL_FORBIDS.test(value)) {
    wrong('a label has no space and none of ? * < > { } [ ] : ; , \\ | ^ ~ $ # % & ` "');
  } else if (inspection.labels.has(value)) {
    findings.error('ASL_LABEL', at, `another Map has the label "${value}"`, {
      service: { code: 'DUPLICATE_LABEL_NAME', message: `Duplicate Label name: ${value}` },
    });
  }
  inspection.labels.add(value);
};

/** `ItemProcessor` and its older name `Iterator`. */
export const itemProcessor: Check = (value, at, here) => {
  if (!requireObject(value, at, here)) return;
  checkFields(value, at, here, PROCESSOR);
  const config = isObject(value.ProcessorConfig) ? value.ProcessorConfig : {};
  const distributed = config.Mode === 'DISTRIBUTED';
  if (distributed) {
    const place = at.at('ProcessorConfig');
    requireFields(config, place, here, ['ExecutionType']);
    if (here.scope.type === 'EXPRESS') {
      here.findings.error(
        'ASL_EXPRESS',
        place.at('Mode'),
        'an Express machine cannot have a distributed Map',
        {
          service: { message: 'Express state machine does not support Map state with DISTRIBUTED mode' },
        },
      );
    }
  }
  const type: MachineType =
    distributed && config.ExecutionType === 'EXPRESS'
      ? 'EXPRESS'
      : distributed
        ? 'STANDARD'
        : here.scope.type;
  here.inspection.checkStates(value, at, { type, outer: here.scope, apart: distributed });
};

/** What concerns several fields of a Map at once. */
export function checkMap(state: JsonObject, at: Place, here: Here): void {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) requireFields(state, at, here, ['ItemProcessor']);
  const config = isObject(processor) ? processor.ProcessorConfig : undefined;
  if (isObject(config) && config.Mode === 'DISTRIBUTED') return;
  for (const name of DISTRIBUTED_FIELDS) {
    if (!Object.hasOwn(state, name)) continue;
    here.findings.error(
      'ASL_DISTRIBUTED_ONLY',
      at.at(name),
      `${name} needs "ProcessorConfig": {"Mode": "DISTRIBUTED"}`,
      { service: { message: `Field '${name}' is not supported`, at } },
    );
  }
}

function checkWith(fields: Fields): Check {
  return (value, at, here) => {
    if (requireObject(value, at, here)) checkFields(value, at, here, fields);
  };
}

function readerResource(value: unknown, at: Place, here: Here): void {
  checkResource(
    value,
    /^arn:aws[\w-]*:states:[\w-]*:\d*:s3:(?:getObject|listObjectsV2)$/,
    's3:getObject or s3:listObjectsV2',
    at,
    here,
  );
}

function writerResource(value: unknown, at: Place, here: Here): void {
  checkResource(value, /^arn:aws[\w-]*:states:[\w-]*:\d*:s3:putObject$/, 's3:putObject', at, here);
}

function checkResource(value: unknown, form: RegExp, expected: string, at: Place, here: Here): void {
  if (!requireText(value, at, here, 'an ARN')) return;
  if (form.test(value)) return;
  here.findings.error('ASL_RESOURCE', at, `"${value}" is not arn:aws:states:::${expected}`, {
    service: { message: 'Value is not a valid resource ARN' },
  });
}

function readerConfig(value: unknown, at: Place, here: Here): void {
  if (!requireObject(value, at, here)) return;
  checkFields(value, at, here, READER_CONFIG);
  const given = value.CSVHeaderLocation === 'GIVEN';
  if (value.InputType === 'CSV') requireFields(value, at, here, ['CSVHeaderLocation']);
  if (given) requireFields(value, at, here, ['CSVHeaders']);
  else if (Object.hasOwn(value, 'CSVHeaders')) {
    here.findings.error(
      'ASL_EXCLUSIVE_FIELDS',
      at.at('CSVHeaders'),
      'CSVHeaders go with "CSVHeaderLocation": "GIVEN" alone',
    );
  }
}

function csvHeaders(value: unknown, at: Place, here: Here): void {
  if (!requireArray(value, at, here, 'an array of strings')) return;
  value.forEach((header, index) => {
    text(header, at.at(index), here);
  });
}
