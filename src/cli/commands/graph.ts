import { existsSync } from 'node:fs';
import { compileDefinition, type Graph, graphOf, renderMermaid, renderSvg } from '../../compilers/index.ts';
import { LIMITS } from '../../model/limits.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { readDefinitionFile, showDiagnostics } from '../definition-file.ts';
import { EXIT } from '../exit-codes.ts';
import { statesOf } from '../run-states.ts';
import { runReference, withServer } from '../server.ts';

const RENDERERS = { svg: renderSvg, mermaid: renderMermaid } as const;

export const graph: Command = {
  name: 'graph',
  summary: 'Draw a definition, or a run with the states of its tasks, as SVG or Mermaid',
  positionals: ['FILE|NAME[/RUN]'],
  options: {
    format: { doc: 'svg or mermaid; default mermaid.', value: 'svg|mermaid' },
    dialect: {
      doc: 'Format of the definition in FILE; default: told from its name and content.',
      value: 'FORMAT',
    },
  },
  settings: ['client'],
  async run(call) {
    const format = call.options.format ?? 'mermaid';
    if (!Object.hasOwn(RENDERERS, format))
      throw new UsageError(`--format is ${JSON.stringify(format)}; it must be svg or mermaid`, 'graph');
    const target = call.positionals[0] as string;
    const drawn = existsSync(target) ? graphOfFile(call, target) : await graphOfRegistered(call, target);
    if (drawn === undefined) return EXIT.invalid;
    const text = RENDERERS[format as keyof typeof RENDERERS](drawn).trimEnd();
    if (call.terminal.json) call.terminal.printJson({ format, text });
    else call.terminal.print(text);
    return EXIT.ok;
  },
};

/** What can be understood is drawn, and the faults are told beside it. */
function graphOfFile({ terminal, options }: Invocation, path: string): Graph | undefined {
  const file = readDefinitionFile(path, options.dialect, LIMITS);
  const { diagnostics, triggers } = file.compile(LIMITS);
  showDiagnostics(terminal, path, diagnostics);
  return graphOf(file.format, file.definition, triggers, { title: file.name });
}

async function graphOfRegistered(call: Invocation, target: string): Promise<Graph | undefined> {
  const { workflow: name, run: id } = target.includes('/')
    ? runReference(target)
    : { workflow: target, run: undefined };
  return withServer(call, async (client) => {
    const run = id === undefined ? undefined : await client.getRun(name, id);
    const workflow = await client.getWorkflow(name, run?.version);
    const { triggers } = compileDefinition(workflow.format, workflow.definition, { limits: LIMITS });
    if (triggers === undefined)
      throw new UsageError(`${name} does not compile with this version of tidegate`);
    const states = run && (await statesOf(client, workflow, triggers, run));
    return graphOf(workflow.format, workflow.definition, triggers, {
      title: target,
      ...(states && { states }),
    });
  });
}
