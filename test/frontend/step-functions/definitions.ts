const machine = (state: object) => JSON.stringify({ StartAt: 'Only', States: { Only: state } });

/** Succeeds at once with its input as output. */
export const ECHO = machine({ Type: 'Pass', End: true });
/** Runs until it is told to stop. */
export const WAIT = machine({ Type: 'Wait', Seconds: 86_400, End: true });
/** Fails at once. */
export const FAIL = machine({ Type: 'Fail', Error: 'Broken', Cause: 'it was to be so' });
