import { freePorts } from './free-port.ts';
import { prepareNats } from './nats.ts';
import { type NatsServer, type ServerGroup, startTogether, stopTogether } from './running-server.ts';
import { until } from './waiting.ts';

const SIZE = 3;

/** Three NATS servers that can hold streams with three replicas. `url` is a comma separated list. */
export async function startNatsCluster(): Promise<ServerGroup<NatsServer> & { readonly url: string }> {
  const ports = await freePorts(3 * SIZE);
  const plan = Array.from({ length: SIZE }, (_, at) => ({
    name: `node-${at + 1}`,
    port: ports[3 * at]!,
    monitorPort: ports[3 * at + 1]!,
    routePort: ports[3 * at + 2]!,
  }));
  const routes = plan.map(({ routePort }) => `nats://127.0.0.1:${routePort}`).join(', ');
  const nodes = await Promise.all(
    plan.map(({ name, port, monitorPort, routePort }) => {
      const config = [
        `server_name: ${name}`,
        `http: "127.0.0.1:${monitorPort}"`,
        `cluster { name: tests, listen: "127.0.0.1:${routePort}", routes: [${routes}] }`,
      ].join('\n');
      return prepareNats(port, { config });
    }),
  );
  await startTogether(nodes);
  try {
    for (const { name, monitorPort } of plan)
      await until(() => isInCluster(monitorPort), { what: `${name} to find its cluster` });
  } catch (error) {
    await stopTogether(nodes);
    throw error;
  }
  return {
    nodes,
    url: nodes.map(({ url }) => url).join(','),
    description: `${SIZE} nodes of ${nodes[0]!.description}`,
    stop: () => stopTogether(nodes),
  };
}

/** It is healthy and knows all nodes and who leads them. */
async function isInCluster(monitorPort: number): Promise<boolean> {
  try {
    const jetStream = await fetch(`http://127.0.0.1:${monitorPort}/jsz`);
    const { meta_cluster: cluster } = (await jetStream.json()) as {
      meta_cluster?: { cluster_size?: number; leader?: string };
    };
    const health = await fetch(`http://127.0.0.1:${monitorPort}/healthz`);
    await health.text();
    return cluster?.cluster_size === SIZE && Boolean(cluster.leader) && health.ok;
  } catch {
    return false; // not listening yet
  }
}
