import type { Here } from './inspection.ts';
import { isObject, type JsonObject } from './json-type.ts';
import type { Place } from './place.ts';

const LAMBDA_INVOKE = /^arn:aws[\w-]*:states:[\w-]*:\d*:lambda:invoke(?:\.waitForTaskToken)?$/;
const LAMBDA_FIELDS = new Set(['ClientContext', 'FunctionName', 'InvocationType', 'Payload', 'Qualifier']);

/** What concerns several fields of a Task at once. */
export function checkTask(state: JsonObject, at: Place, here: Here): void {
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat, Resource: resource } = state;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    here.findings.error(
      'ASL_HEARTBEAT',
      at.at('HeartbeatSeconds'),
      `HeartbeatSeconds (${heartbeat}) must be smaller than TimeoutSeconds (${timeout})`,
    );
  }
  if (typeof resource !== 'string') return;
  if (resource.endsWith('.waitForTaskToken')) checkToken(state, at, here);
  if (LAMBDA_INVOKE.test(resource)) checkInvoke(state, at, here);
}

function checkToken(state: JsonObject, at: Place, here: Here): void {
  const field = here.language === 'JSONata' ? 'Arguments' : 'Parameters';
  const value = state[field];
  // A path or an expression may bring it along from elsewhere, so this is a hint only.
  if (value !== undefined && /Task\.Token|\$\$|states\.context/.test(JSON.stringify(value))) return;
  here.findings.warning(
    'ASL_ARGUMENTS',
    at.at(field),
    `${field} do not hand over the task token (${here.language === 'JSONata' ? '$states.context.Task.Token' : '$$.Task.Token'}), so nobody can report the end`,
  );
}

function checkInvoke(state: JsonObject, at: Place, here: Here): void {
  const field = here.language === 'JSONata' ? 'Arguments' : 'Parameters';
  const value = Object.hasOwn(state, field) ? state[field] : {};
  if (!isObject(value)) return;
  const names = Object.keys(value).map((key) =>
    here.language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key,
  );
  const place = at.at(field);
  if (!names.includes('FunctionName')) {
    here.findings.warning('ASL_ARGUMENTS', place, 'lambda:invoke needs a FunctionName', {
      service: { severity: 'ERROR', message: "The field 'FunctionName' is required but was missing" },
    });
  }
  for (const name of names) {
    if (LAMBDA_FIELDS.has(name)) continue;
    here.findings.warning('ASL_ARGUMENTS', place.at(name), `lambda:invoke takes no "${name}"`, {
      service: {
        severity: 'ERROR',
        message: `The field "${name}" is not supported by Step Functions`,
        at: place,
      },
    });
  }
}
