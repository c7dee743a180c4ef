import { readFile } from 'node:fs/promises';
import {
  awsClients,
  type BrokerConnections,
  brokerPublishers,
  httpInvoker,
  type Invoker,
  publishInvoker,
  ResourceMap,
  type ResourceTarget,
  readResourceMap,
  secretsFrom,
  taskInvoker,
  undiciOutgoing,
} from '../actions/index.ts';
import type { Limits } from '../model/limits.ts';
import type { InvokerPorts } from '../workers/index.ts';
import { VERSION } from './version.ts';

/** How actions call what lies outside the process. */
export interface OutgoingSettings {
  /** Addresses, CIDR blocks and host names outside the public internet that may be called. */
  readonly allowAddresses?: readonly string[];
  /** Default true: the engine runs on the machine of whoever writes the definitions. */
  readonly allowLoopback?: boolean;
  /** Folder with a file per secret, for `secret://NAME`; the environment comes first. */
  readonly secretsDir?: string;
  /** Kafka clusters and NATS servers that the action `publish` may send to. */
  readonly connections?: BrokerConnections;
  /** Where functions reach the front end, for callback URLs. */
  readonly baseUrl?: string;
  /** What stands for the resources of tasks, by ARN (`*`: any text) or function name. */
  readonly resources?: ResourceMap | Readonly<Record<string, ResourceTarget>>;
}

export interface OutgoingInvokers {
  /** By action type. */
  readonly of: (callbackKey: string, ports: Partial<InvokerPorts>) => ReadonlyMap<string, Invoker>;
  close(): Promise<void>;
}

/** Throws INVALID_CONFIGURATION for `allowAddresses` or `resources` that cannot be read. */
export function outgoingInvokers(
  { allowAddresses, allowLoopback = true, secretsDir, connections, resources = {} }: OutgoingSettings,
  limits: Limits,
  baseUrl: () => string,
): OutgoingInvokers {
  const outgoing = undiciOutgoing({ allowLoopback, ...(allowAddresses && { allow: allowAddresses }) });
  const secrets = secretsFrom({
    environment: process.env,
    directory: secretsDir,
    readFile: (path) => readFile(path, 'utf8'),
  });
  const brokers = brokerPublishers(connections ?? { named: {} }, secrets);
  const targets = resources instanceof ResourceMap ? resources : readResourceMap(resources, '`resources`');
  const aws = awsClients(process.env);
  const deps = { outgoing, secrets, limits, version: VERSION };
  return {
    of: (key, ports) =>
      new Map([
        ['http', httpInvoker({ ...deps, callback: { key, baseUrl } })],
        ['publish', publishInvoker({ ...deps, brokers })],
        ['task', taskInvoker({ ...deps, ...ports, aws, resources: targets, callbackKey: key })],
      ]),
    async close() {
      await Promise.all([outgoing.close(), brokers.close(), aws.close()]);
    },
  };
}
