import { TidegateError } from '../../model/errors.ts';
import { decodeUtf8 } from '../../model/json.ts';
import type { StoredWorkflow } from '../../stores/index.ts';
import { NO_CONTENT, ok, okPage, PAGE, pageOf } from '../answers.ts';
import { isYaml } from '../body.ts';
import * as parameters from '../parameters.ts';
import { type Call, pathOf, type Route, type RouteBody } from '../route.ts';
import { forgetMachine } from '../step-functions/index.ts';

const tag = 'workflows';

const DEFINITION_BODY: RouteBody = {
  required: true,
  limit: 'definitionBytes',
  content: { 'application/json': 'PutWorkflow', 'application/yaml': undefined },
};

/** `{format, definition}`, or the text alone with its format in the query. */
function definitionOf(call: Call): { format: string; definition: unknown } {
  const format = parameters.format.of(call);
  if (!isYaml(call.mediaType)) {
    if (format !== undefined)
      throw new TidegateError(
        'INVALID_PARAMETER',
        '?format= goes with a body in application/yaml; in JSON it is a member',
      );
    return call.body as { format: string; definition: unknown };
  }
  if (format === undefined)
    throw new TidegateError(
      'INVALID_PARAMETER',
      'a body in application/yaml wants its format in the query: ?format=dag',
    );
  return { format, definition: decodeUtf8(call.raw as Buffer) };
}

function summaryOf({ name, version, format, createdAt }: StoredWorkflow) {
  return { name, version, format, createdAt };
}

export const workflowRoutes: readonly Route[] = [
  {
    operationId: 'putWorkflow',
    method: 'PUT',
    path: '/v1/workflows/{name}',
    tag,
    summary: 'Register a workflow; a changed definition is a new version',
    scope: 'write',
    query: [parameters.format],
    body: DEFINITION_BODY,
    responses: {
      200: { description: 'The newest version has this definition already.', schema: 'RegisteredWorkflow' },
      201: { description: 'A new version.', schema: 'RegisteredWorkflow' },
    },
    problems: [
      'INVALID_DEFINITION',
      'INVALID_EXPRESSION',
      'INVALID_YAML',
      'UNSUPPORTED_FORMAT',
      'LIMIT_EXCEEDED',
    ],
    async handle(call) {
      const name = pathOf(call, 'name');
      const { workflow, created, warnings } = await call.gateway.putWorkflow(name, definitionOf(call));
      return {
        status: created ? 201 : 200,
        body: { ...summaryOf(workflow), definition: workflow.definition, created, warnings },
        headers: { location: `/v1/workflows/${name}?version=${workflow.version}` },
      };
    },
  },
  {
    operationId: 'listWorkflows',
    method: 'GET',
    path: '/v1/workflows',
    tag,
    summary: 'List the newest version of each workflow, without its definition',
    scope: 'read',
    query: PAGE,
    responses: { 200: { description: 'By name.', schema: 'WorkflowPage' } },
    handle: async (call) => okPage(await call.gateway.listWorkflows(pageOf(call)), summaryOf),
  },
  {
    operationId: 'getWorkflow',
    method: 'GET',
    path: '/v1/workflows/{name}',
    tag,
    summary: 'Show a workflow',
    scope: 'read',
    query: [parameters.version],
    responses: { 200: { description: 'The version asked for.', schema: 'Workflow' } },
    problems: ['WORKFLOW_NOT_FOUND', 'VERSION_NOT_FOUND'],
    async handle(call) {
      const workflow = await call.gateway.getWorkflow(pathOf(call, 'name'), parameters.version.of(call));
      return ok({ ...summaryOf(workflow), definition: workflow.definition });
    },
  },
  {
    operationId: 'listVersions',
    method: 'GET',
    path: '/v1/workflows/{name}/versions',
    tag,
    summary: 'List the versions of a workflow',
    scope: 'read',
    responses: { 200: { description: 'Their numbers.', schema: 'Versions' } },
    problems: ['WORKFLOW_NOT_FOUND'],
    handle: async (call) => ok({ items: await call.gateway.listVersions(pathOf(call, 'name')) }),
  },
  {
    operationId: 'deleteWorkflow',
    method: 'DELETE',
    path: '/v1/workflows/{name}',
    tag,
    summary: 'Delete a workflow with all versions and its finished runs',
    scope: 'write',
    query: [parameters.force],
    responses: { 204: { description: 'It is gone.' } },
    problems: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_IN_USE'],
    async handle(call) {
      const name = pathOf(call, 'name');
      await call.gateway.deleteWorkflow(name, { force: parameters.force.of(call) ?? false });
      await forgetMachine(call.gateway, name);
      return NO_CONTENT;
    },
  },
  {
    operationId: 'compile',
    method: 'POST',
    path: '/v1/compile',
    tag,
    summary: 'Compile a definition without registering it',
    scope: 'read',
    query: [parameters.format],
    body: DEFINITION_BODY,
    responses: {
      200: { description: 'The diagnostics, and the triggers where it compiles.', schema: 'Compilation' },
    },
    problems: ['UNSUPPORTED_FORMAT', 'INVALID_YAML', 'LIMIT_EXCEEDED'],
    async handle(call) {
      const { format, definition } = definitionOf(call);
      const { diagnostics, triggers } = call.gateway.compile(format, definition);
      return ok({ valid: triggers !== undefined, diagnostics, ...(triggers && { triggers }) });
    },
  },
];
