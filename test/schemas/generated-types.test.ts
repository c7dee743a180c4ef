import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateDocuments } from '../../scripts/generate-types.ts';

it('src/model/documents.ts is what the schemas generate; run `npm run generate` after changing them', async () => {
  const written = readFileSync(new URL('../../src/model/documents.ts', import.meta.url), 'utf8');
  expect(written).toBe(await generateDocuments());
});
