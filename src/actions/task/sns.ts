import { optimized } from './optimized.ts';

/** `sns:publish`: a message that is no text is sent as its JSON. */
export const snsPublish = optimized(
  {
    service: 'sns',
    names: { prefix: 'SNS', service: 'AmazonSNS', standard: 'AmazonSNSException' },
    texts: ['Message'],
  },
  'publish',
);
