import { cpSync } from 'node:fs';

/** The compiler leaves the store's Lua scripts behind. */
cpSync('src/stores/redis/lua', 'dist/stores/redis/lua', { recursive: true });
