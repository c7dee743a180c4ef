import { readFileSync } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { expect } from 'vitest';
import { createFrontend } from '../../src/frontend/index.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { startEngine } from '../../src/workers/index.ts';
import { VirtualClock } from '../workers/virtual-clock.ts';

/** A page of docs/. */
export function pageOf(name: string): string {
  return readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
}

/** What stands between ```language and ```. */
export function fences(text: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm');
  return [...text.matchAll(fence)].map((match) => match[1]!);
}

type Command =
  | { readonly sleepMs: number }
  | {
      readonly method: string;
      readonly url: string;
      readonly body: string | undefined;
      readonly type: string | undefined;
    };

/** The `curl` and `sleep` commands of a script. */
function commandsOf(script: string): Command[] {
  return [...script.matchAll(/^(?:curl ((?:'[^']*'|[^'\n])+)|sleep (\d+))$/gm)].map((match) => {
    if (match[2] !== undefined) return { sleepMs: Number(match[2]) * 1000 };
    const words = [...match[1]!.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
      (word) => word[1] ?? word[2] ?? word[3]!,
    );
    const setting = (flag: string) => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
    const body = setting('-d');
    return {
      method: setting('-X') ?? (body === undefined ? 'GET' : 'POST'),
      url: words.find((word) => word.startsWith('$URL'))!.slice('$URL'.length),
      body,
      type: setting('-H')?.replace('content-type: ', ''),
    };
  });
}

/** An engine in memory behind a front end, on a clock that only the page's `sleep` moves. */
export class PageEngine {
  #close = async () => {};

  /** Runs the commands in order; answers how to ask the last one again. */
  async follow(script: string): Promise<() => Promise<unknown>> {
    const clock = new VirtualClock();
    const store = new MemoryStore({ partitions: 2, limits: LIMITS, now: () => clock.now() });
    const engine = await startEngine({ log: new MemoryLog({ partitions: 2 }), store, clock });
    const logger = pino({ level: 'silent' }) as FastifyBaseLogger;
    const frontend = createFrontend(engine.gateway, { logger, clock });
    this.#close = async () => {
      await frontend.close();
      await engine.stop();
    };
    let ask = async (): Promise<unknown> => undefined;
    for (const command of commandsOf(script)) {
      if ('sleepMs' in command) {
        await clock.to(clock.now() + command.sleepMs);
        continue;
      }
      const { method, url, body, type } = command;
      const call = () =>
        frontend.inject({
          method: method as 'GET',
          url,
          ...(type && { headers: { 'content-type': type } }),
          ...(body && { payload: body }),
        });
      ask = async () => JSON.parse((await call()).body);
      if (method === 'GET') continue;
      const answer = await call();
      expect([200, 201, 202, 204], `${method} ${url}: ${answer.body}`).toContain(answer.statusCode);
      await clock.to(clock.now());
    }
    return ask;
  }

  /** Follows the first script of a section and waits until its last command answers as the first JSON says. */
  async prove(section: string): Promise<void> {
    const ask = await this.follow(fences(section, 'sh')[0]!);
    const wanted = JSON.parse(fences(section, 'json')[0]!) as object;
    await expect.poll(ask, { timeout: 5000 }).toMatchObject(wanted);
  }

  async close(): Promise<void> {
    await this.#close();
    this.#close = async () => {};
  }
}
