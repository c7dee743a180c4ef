/**
 * Property tests draw anew in every run, so that each run looks where none did before. TIDEGATE_TEST_SEED, an integer, makes
 * them draw the same again: what decides over a change must say the same of the same sources.
 */
const seed = process.env['TIDEGATE_TEST_SEED'];
if (seed) {
  if (!/^-?\d+$/.test(seed)) throw new Error(`TIDEGATE_TEST_SEED is an integer, not "${seed}"`);
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed: Number(seed) });
}
