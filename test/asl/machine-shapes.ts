/** Machines of one state, as tests of single behaviours want them. */
export const functionArn = (name = 'f') => `arn:aws:lambda:us-east-1:111111111111:function:${name}`;

type Fields = Readonly<Record<string, unknown>>;

/** The state `S`, the end; where it catches, catchers may lead to the Pass state `Caught`. */
export function machineOf(state: Fields, top: Fields = {}) {
  const caught = 'Catch' in state && { Caught: { Type: 'Pass', End: true } };
  return { StartAt: 'S', ...top, States: { S: { End: true, ...state }, ...caught } };
}

export const jsonata = (state: Fields) => machineOf(state, { QueryLanguage: 'JSONata' });

/** A Map whose items are runs of their own, of the states `states`. */
export function distributed(states: Fields, map: Fields = {}, top: Fields = {}) {
  const [StartAt] = Object.keys(states);
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  return machineOf({ Type: 'Map', ItemProcessor: { ProcessorConfig, StartAt, States: states }, ...map }, top);
}

/** For each item: fails where it is 2. */
export const FAILS_FOR_TWO = {
  Which: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 2, Next: 'Two' }], Default: 'Other' },
  Two: { Type: 'Fail', Error: 'Two' },
  Other: { Type: 'Pass', End: true },
};
