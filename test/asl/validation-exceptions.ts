/** Machines of corpus/community that Tidegate judges otherwise, and why. None is of the service's own record. */
export const VALIDATION_EXCEPTIONS: Readonly<Record<string, string>> = {
  'asl-service/documentSucceedFailTerminalState/22':
    'two branches have a state of the same name: the specification wants names unique in the whole machine, and the service refuses them',
  'asl-validator/invalid-json-surround-syntax-extra-spaces.json':
    'line breaks inside {% %} are fine with the service',
  'asl-validator/valid-map-noconfig.asl.json':
    'ItemReader, ResultWriter and Label of an inline Map would be without effect',
  'asl-validator/valid-map-with-item-batcher-jsonata.json':
    'a JSONPath state in a JSONata machine: the service refuses it on record',
  'asl-validator/valid-task-intrisic-function.json':
    'a Resource that is a CloudFormation function, which a deployment has to replace first',
};
