import type { Integration } from './integration.ts';
import { optimized } from './optimized.ts';

const service = {
  service: 'dynamodb',
  names: { prefix: 'DynamoDB', service: 'AmazonDynamoDBv2', standard: 'AmazonDynamoDBException' },
};

/** `dynamodb:getItem`, `putItem`, `updateItem`, `deleteItem`. */
export const dynamodb: Readonly<Record<string, Integration>> = Object.fromEntries(
  ['getItem', 'putItem', 'updateItem', 'deleteItem'].map((action) => [action, optimized(service, action)]),
);
