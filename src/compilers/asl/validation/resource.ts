import { type Check, requireText } from './fields.ts';
import type { Here } from './inspection.ts';
import { quoted } from './json-type.ts';
import type { Place } from './place.ts';

const LAMBDA = /^arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:[\w-]+(?::(?:\$LATEST(?:\.PUBLISHED)?|[\w-]+))?$/;
const ACTIVITY = /^arn:aws[\w-]*:states:[^:]*:[^:]*:activity:[^\s:]+$/;
const INTEGRATION = /^arn:aws[\w-]*:states:[^:]*:[^:]*:([\w-]+):(.+)$/;
const PATTERN = /\.(sync(?::\d+)?|waitForTaskToken)$/;

/** Services with an integration of their own, besides `aws-sdk`. */
const SERVICES = new Set([
  'apigateway',
  'athena',
  'batch',
  'bedrock',
  'codebuild',
  'databrew',
  'dynamodb',
  'ecs',
  'eks',
  'elasticmapreduce',
  'emr-containers',
  'emr-serverless',
  'events',
  'glue',
  'http',
  'lambda',
  'mediaconvert',
  'sagemaker',
  'sns',
  'sqs',
  'states',
]);

/** `Resource` of a Task. */
export const resource: Check = (value, at, here) => {
  if (!requireText(value, at, here, 'an ARN')) return;
  if (ACTIVITY.test(value)) return requireStandard('Activity ARN', 'activities', at, here);
  const integration = INTEGRATION.exec(value);
  if (integration !== null) return checkIntegration(value, integration[1]!, integration[2]!, at, here);
  if (LAMBDA.test(value)) return;
  if (/^arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:/.test(value)) {
    here.findings.error('ASL_RESOURCE', at, `${quoted(value)} is not the ARN of a function`, {
      service: { message: 'Value is not a valid resource ARN' },
    });
    return;
  }
  here.findings.warning(
    'ASL_RESOURCE',
    at,
    `${quoted(value)} is neither a function, an activity nor an integration: only the resource map can say what it calls`,
    { service: { severity: 'ERROR', message: 'Value is not a valid resource ARN' } },
  );
};

function checkIntegration(value: string, service: string, action: string, at: Place, here: Here): void {
  const pattern = PATTERN.exec(action)?.[1];
  if (pattern?.startsWith('sync')) requireStandard(`'.sync' service integration`, pattern, at, here);
  if (pattern === 'waitForTaskToken') {
    requireStandard(`'.waitForTaskToken' service integration `, pattern, at, here);
  }
  const name = pattern === undefined ? action : action.slice(0, -pattern.length - 1);
  const known =
    service === 'aws-sdk'
      ? /^\w+:\w+$/.test(name) && !pattern?.startsWith('sync')
      : SERVICES.has(service) && /^[\w.:-]+$/.test(name) && !name.includes('.');
  if (known) return;
  here.findings.warning(
    'ASL_RESOURCE',
    at,
    `no integration ${quoted(value)} is known: only the resource map can say what it calls`,
    {
      service: {
        severity: 'ERROR',
        message: `The resource provided ${value} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      },
    },
  );
}

function requireStandard(what: string, name: string, at: Place, here: Here): void {
  if (here.scope.type === 'STANDARD') return;
  here.findings.error('ASL_EXPRESS', at, `an Express machine cannot wait: ${name} needs a Standard one`, {
    service: { message: `Express state machine does not support ${what}` },
  });
}
