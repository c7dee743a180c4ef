import { onTestFinished } from 'vitest';
import { type BrokerConnections, brokerPublishers, publishInvoker } from '../../src/actions/index.ts';
import { dependencies } from './dependencies.ts';

/** The invoker of `publish` over real brokers; its clients are closed with the test. */
export function publisher(connections: BrokerConnections, environment: Record<string, string> = {}) {
  const deps = dependencies({ environment });
  const brokers = brokerPublishers(connections, deps.secrets);
  onTestFinished(() => brokers.close());
  return publishInvoker({ ...deps, brokers });
}

let names = 0;
/** A name that no other test uses. */
export function fresh(kind: string): string {
  return `publish-${kind}-${process.pid}-${++names}`;
}
