export { type EndpointSurroundings, type StepFunctionsOptions, serveStepFunctions } from './endpoint.ts';
export { forgetMachine } from './machine-records.ts';
