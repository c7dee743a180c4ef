import { type Check, requireObject } from './fields.ts';
import type { Here } from './inspection.ts';
import { jsonataTemplate } from './jsonata.ts';
import type { Place } from './place.ts';
import { isAssigned } from './references.ts';
import { jsonPathTemplate } from './template.ts';

const NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const MAXIMUM_NAME = 80;

/** `Assign`: names are identifiers, `states` is reserved; values are templates. */
export const assign: Check = (value, at, here) => {
  if (!requireObject(value, at, here)) return;
  for (const key of Object.keys(value)) {
    const name = here.language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key;
    checkName(name, at.at(key), here);
    here.scope.assigned.add(name);
    here.inspection.later(() => checkShadow(name, at.at(key), here));
  }
  (here.language === 'JSONPath' ? jsonPathTemplate : jsonataTemplate)(value, at, here);
};

function checkName(name: string, at: Place, here: Here): void {
  if (name === 'states') {
    here.findings.error('ASL_VARIABLE_NAME', at, 'the variable $states is reserved');
  } else if (!NAME.test(name)) {
    here.findings.error(
      'ASL_VARIABLE_NAME',
      at,
      `"${name}" cannot name a variable: a letter comes first, then letters, digits and underscores`,
    );
  } else if (name.length > MAXIMUM_NAME) {
    here.findings.error(
      'ASL_VARIABLE_NAME',
      at,
      `the variable's name has ${name.length} characters; ${MAXIMUM_NAME} are allowed`,
    );
  }
}

/** An inner scope has a variable of its own then, which is gone behind the branch. */
function checkShadow(name: string, at: Place, { scope, findings }: Here): void {
  if (scope.apart || scope.outer === undefined || !isAssigned(name, scope.outer)) return;
  findings.warning(
    'ASL_VARIABLE_SHADOWED',
    at,
    `an outer state assigns $${name} too; this one is another and ends with the branch`,
  );
}
