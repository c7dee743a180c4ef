import { Failure } from '../../model/failure.ts';
import { delimiterOf } from './csv.ts';

export const INPUT_TYPES = ['JSON', 'JSONL', 'CSV', 'MANIFEST'] as const;
export type InputType = (typeof INPUT_TYPES)[number];

/** A ReaderConfig, read. */
export interface ReaderConfig {
  readonly inputType: InputType;
  /** Absent: the first row. */
  readonly headers?: readonly string[];
  readonly delimiter: string;
  /** RFC 6901, into an object of JSON. */
  readonly itemsPointer?: string;
  readonly maxItems: number;
  /** Of a manifest: an S3 inventory, or a list of objects that hold `inputType`. */
  readonly manifest?: 'S3_INVENTORY' | 'ATHENA_DATA';
  /** Objects that are listed are read too. */
  readonly loads: boolean;
}

export const READER_FAILED = 'States.ItemReaderFailed';

/** Reads what the definition says, its paths and expressions evaluated. Throws a Failure States.ItemReaderFailed. */
export function readerConfig(given: Readonly<Record<string, unknown>>): ReaderConfig {
  const {
    InputType,
    CSVHeaderLocation,
    CSVHeaders,
    CSVDelimiter,
    ItemsPointer,
    ManifestType,
    Transformation,
  } = given;
  const delimiter = delimiterOf(CSVDelimiter);
  if (delimiter === undefined) throw failed(`the CSVDelimiter ${JSON.stringify(CSVDelimiter)} is not known`);
  const isManifest = InputType === 'MANIFEST' || ManifestType !== undefined;
  const manifest = ManifestType === 'ATHENA_DATA' ? 'ATHENA_DATA' : 'S3_INVENTORY';
  const inputType = (InputType ?? 'JSON') as InputType;
  if (!INPUT_TYPES.includes(inputType))
    throw failed(
      `the InputType ${JSON.stringify(InputType)} is not supported: use ${INPUT_TYPES.join(', ')}`,
    );
  return {
    inputType,
    delimiter,
    maxItems: maxItemsOf(given.MaxItems),
    loads: Transformation === 'LOAD_AND_FLATTEN',
    ...(CSVHeaderLocation === 'GIVEN' && { headers: textsOf(CSVHeaders) }),
    ...(ItemsPointer !== undefined && { itemsPointer: String(ItemsPointer) }),
    ...(isManifest && { manifest }),
  };
}

/** 0 stands for all. */
function maxItemsOf(value: unknown): number {
  if (value === undefined || value === null || value === 0) return Number.POSITIVE_INFINITY;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw failed(`field MaxItems must be an integer, and is ${JSON.stringify(value)}`);
  if (value < 0) throw failed('field MaxItems must be positive');
  return value;
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value))
    throw failed('CSVHeaders must be a list of texts where CSVHeaderLocation is GIVEN');
  return value.map(String);
}

export function failed(reason: string): Failure {
  return new Failure(READER_FAILED, reason);
}
