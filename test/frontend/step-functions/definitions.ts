/** What the machines of these tests are written in. */
export const FORMAT = 'triggers';

const run = 'started';
const condition = { type: 'always' };
const begun = [{ type: 'dev.tidegate.run.started' }];

const text = (triggers: readonly object[]) => JSON.stringify({ run, triggers });

/** Succeeds at once with its input as output. */
export const ECHO = text([
  { id: 'all', activationEvents: begun, condition, actions: [{ type: 'complete', output: '${run.input}' }] },
]);
/** Runs until it is told to stop. */
export const WAIT = text([
  { id: 'all', activationEvents: [{ type: 'never' }], condition, actions: [{ type: 'complete' }] },
]);
/** Fails at once. */
export const FAIL = text([
  {
    id: 'all',
    activationEvents: begun,
    condition,
    actions: [{ type: 'fail', error: 'Broken', cause: 'it was to be so' }],
  },
]);
/** Does not compile. */
export const INVALID = '{"triggers": 5}';
