import { configDefaults, defineConfig } from 'vitest/config';
import { SlowFirst } from './test/slow-first.ts';

/**
 * Folders whose tests stop servers and start processes: what they leave behind ends with a process of their own. The files of all
 * others share what they import, as loading it anew for each would take as long as the tests.
 */
const ALONE = ['chaos', 'cli', 'deployment', 'logs', 'servers', 'stores'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

const common = {
  testTimeout: 60_000,
  // Hooks start servers, which a machine that has none installs first.
  hookTimeout: 180_000,
  setupFiles: 'test/property-seed.ts',
  pool: 'forks',
} as const;

export default defineConfig({
  test: {
    globalSetup: ['test/servers/vitest-setup.ts'],
    sequence: { sequencer: SlowFirst },
    // Tests of real servers wait more than they work.
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'alone', include: ALONE } },
      {
        test: {
          ...common,
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE],
          isolate: false,
        },
      },
    ],
  },
});
