export { type EndpointSurroundings, type StepFunctionsOptions, serveStepFunctions } from './endpoint.ts';
