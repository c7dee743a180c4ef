import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Hooks start servers, which a machine that has none installs first.
    hookTimeout: 180_000,
    setupFiles: ['test/property-seed.ts'],
    globalSetup: ['test/servers/vitest-setup.ts'],
    pool: 'forks',
    // Tests of real servers wait more than they work.
    maxWorkers: 2,
  },
});
