import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readResourceFile } from '../../src/cli/resource-file.ts';

function file(text: string, name = 'resources.yaml'): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-resources-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

it('a resource file is YAML or JSON, and may be empty or absent', async () => {
  const yaml = await readResourceFile(
    file('charge: { function: charge }\n"*:function:*": { http: "http://g/{name}" }\n'),
  );
  expect(yaml.findFunction('charge')).toEqual({ target: { function: 'charge' }, name: 'charge' });
  const arn = 'arn:aws:lambda:us-east-1:1:function:pay';
  expect(yaml.findFunction(arn)).toEqual({ target: { http: 'http://g/{name}' }, name: 'pay' });
  const json = await readResourceFile(file('{"charge": {"http": "http://x/"}}', 'resources.json'));
  expect(json.findFunction('charge')?.target).toEqual({ http: 'http://x/' });
  expect((await readResourceFile(file(''))).findFunction('charge')).toBeUndefined();
  expect((await readResourceFile(undefined)).findFunction('charge')).toBeUndefined();
});

it.each([
  ['a: [', 'is no YAML or JSON'],
  ['charge: { htp: "http://x/" }', '"charge" needs one of http, function, workflow, secret, and has none'],
  ['- charge', 'must hold an object'],
])('refuses %j, and says what is wrong and where', async (text, why) => {
  const path = file(text);
  const read = readResourceFile(path);
  await expect(read).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  await expect(read).rejects.toThrow(why);
  await expect(read).rejects.toThrow(path);
});

it('names a file that is not there', async () => {
  await expect(readResourceFile('/nowhere/resources.yaml')).rejects.toThrow(
    /resource file \/nowhere\/resources\.yaml cannot be read/,
  );
});
