import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are no place of the public internet, after the special-purpose registries of IANA (RFC 6890 and its
 * updates). IPv6 goes the other way round: only what lies in 2000::/3 is public, less the blocks named here.
 */
const NAMED: readonly (readonly [cidr: string, what: string])[] = [
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['168.63.129.16/32', 'cloud metadata'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'protocol assignment'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', '6to4 relay'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['64:ff9b:1::/48', 'local NAT64'],
  ['fc00::/7', 'unique local'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
  ['2001::/23', 'protocol assignment'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4'],
  ['3fff::/20', 'documentation'],
];

/** A block of addresses; `undefined` where the text is neither an address nor a CIDR block. */
export function parseBlock(text: string): BlockList | undefined {
  const [network = '', prefix, ...rest] = text.split('/');
  const family = isIP(network);
  const longest = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (family === 0 || network.includes('%') || rest.length > 0 || !(bits <= longest)) return undefined;
  const block = new BlockList();
  block.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  return block;
}

const RANGES = NAMED.map(([cidr, what]) => ({ what: `${what} (${cidr})`, block: parseBlock(cidr)! }));
const GLOBAL_UNICAST = parseBlock('2000::/3')!;

export function inBlock(block: BlockList, address: string): boolean {
  return block.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** What kind of special address it is, e.g. `private (10.0.0.0/8)`; `undefined` for a public one. Takes plain addresses. */
export function specialRangeOf(address: string): string | undefined {
  const named = RANGES.find(({ block }) => inBlock(block, address));
  if (named) return named.what;
  return isIP(address) === 6 && !inBlock(GLOBAL_UNICAST, address) ? 'not global unicast' : undefined;
}

/**
 * The address that packets end up at: the IPv4 address inside an IPv4-mapped or NAT64 one, else the address itself.
 * `undefined` for what is no address, and for an IPv6 one with a zone.
 */
export function plainAddress(address: string): string | undefined {
  if (isIP(address) === 4) return address;
  const words = wordsOf(address);
  if (words === undefined) return undefined;
  const prefix = words
    .slice(0, 6)
    .map((word) => word.toString(16))
    .join(':');
  if (prefix !== '0:0:0:0:0:ffff' && prefix !== '64:ff9b:0:0:0:0') return address;
  const [high = 0, low = 0] = words.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The eight 16-bit words of an IPv6 address. */
function wordsOf(address: string): number[] | undefined {
  // The URL parser is the one in the platform that writes every form of an address in the same way.
  if (isIP(address) !== 6 || !URL.canParse(`http://[${address}]/`)) return undefined;
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const front = read(head);
  if (tail === undefined) return front;
  const back = read(tail);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}
