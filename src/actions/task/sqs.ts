import { optimized } from './optimized.ts';

/** `sqs:sendMessage`: a body that is no text is sent as its JSON. */
export const sqsSendMessage = optimized(
  {
    service: 'sqs',
    names: { prefix: 'SQS', service: 'AmazonSQS', standard: 'AmazonSQSException' },
    texts: ['MessageBody'],
  },
  'sendMessage',
);
