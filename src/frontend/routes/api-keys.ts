import { TidegateError } from '../../model/errors.ts';
import { NO_CONTENT, okPage, PAGE, pageOf, slicePage } from '../answers.ts';
import { pathOf, type Route } from '../route.ts';
import type { Scope } from '../scopes.ts';

const tag = 'API keys';

interface CreateApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: string;
}

export const apiKeyRoutes: readonly Route[] = [
  {
    operationId: 'createApiKey',
    method: 'POST',
    path: '/v1/api-keys',
    tag,
    summary: 'Create an API key, shown in this answer only; from the first one on, requests need a key',
    scope: 'admin',
    body: { required: true, content: { 'application/json': 'CreateApiKey' } },
    responses: { 201: { description: 'The key.', schema: 'CreatedApiKey' } },
    unrepeatable: true,
    async handle(call) {
      const created = await call.keys.create(call.body as CreateApiKey);
      return { status: 201, body: created, headers: { 'cache-control': 'no-store' } };
    },
  },
  {
    operationId: 'listApiKeys',
    method: 'GET',
    path: '/v1/api-keys',
    tag,
    summary: 'List API keys, without the keys themselves',
    scope: 'admin',
    query: PAGE,
    responses: { 200: { description: 'A page of them, oldest first.', schema: 'ApiKeyPage' } },
    handle: async (call) =>
      okPage(
        slicePage(await call.keys.list(), ({ id }) => id, pageOf(call)),
        (key) => key,
      ),
  },
  {
    operationId: 'deleteApiKey',
    method: 'DELETE',
    path: '/v1/api-keys/{key}',
    tag,
    summary: 'Delete an API key; other front ends may honour it for five seconds more',
    scope: 'admin',
    responses: { 204: { description: 'Deleted.' } },
    problems: ['NOT_FOUND'],
    async handle(call) {
      const id = pathOf(call, 'key');
      if (await call.keys.delete(id)) return NO_CONTENT;
      throw new TidegateError('NOT_FOUND', `there is no API key "${id}"`);
    },
  },
];
