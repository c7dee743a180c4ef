import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Embedded, type EmbeddedOptions, openEmbedded } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

/** A data folder of its own, and a clock that only tests move. */
export class DataFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tidegate-'));
  time = 1_800_000_000_000;

  open(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
    return openEmbedded({
      dataDir: this.path,
      partitions: 2,
      limits: LIMITS,
      now: () => this.time,
      synchronous: 'normal',
      ...options,
    });
  }
  get file(): string {
    return join(this.path, 'tidegate.db');
  }
  async remove(): Promise<void> {
    rmSync(this.path, { recursive: true, force: true });
  }
}
