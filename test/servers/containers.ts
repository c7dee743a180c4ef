import type { Software } from './software.ts';

export async function containerSoftware(
  _title: string,
  _images: readonly string[],
  _entrypoint: readonly string[],
): Promise<Software> {
  throw new Error('no engine');
}
