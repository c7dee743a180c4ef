/** What the expressions of the tests are evaluated over. */
export const SHOP = {
  name: 'Harbour Supplies',
  open: true,
  closed: false,
  nothing: null,
  zero: 0,
  empty: '',
  none: [],
  blank: {},
  one: [7],
  nested: [[1, 2], [3, [4, 5]], []],
  numbers: [5, 3, 8, 1, 9, 2],
  words: ['pier', 'anchor', 'buoy', 'anchor', 'Dock'],
  mixed: [1, 'two', true, null, { three: 3 }, [4]],
  text: 'The quick brown fox jumps over the lazy dog',
  emoji: 'a😀b😀c',
  'with space': 1,
  accounts: [
    {
      name: 'Firefly',
      orders: [
        {
          id: 'o1',
          items: [
            { sku: 'rope', price: 34.45, quantity: 2, tags: ['long', 'blue'], size: { w: 3, h: 2 } },
            { sku: 'sail', price: 21.67, quantity: 1, tags: [], size: { w: 30, h: 20 } },
          ],
        },
        {
          id: 'o2',
          items: [
            { sku: 'rope', price: 34.45, quantity: 4, tags: ['long'] },
            { sku: 'mast', price: 107.99, quantity: 1, size: { w: 1, h: 9 } },
          ],
        },
      ],
    },
    { name: 'Serenity', orders: [{ id: 'o3', items: { sku: 'tar', price: 2, quantity: 10 } }] },
    { name: 'Empty', orders: [] },
  ],
  library: {
    books: [
      { title: 'Tides', authors: ['Ada', 'Bo'], price: 25, isbn: '1' },
      { title: 'Knots', authors: ['Cy'], price: 10, isbn: '2' },
      { title: 'Winds', authors: ['Ada'], price: 40, isbn: '3' },
    ],
    loans: [
      { customer: '10', isbn: '1', due: '2016-12-05' },
      { customer: '11', isbn: '3', due: '2016-10-22' },
      { customer: '10', isbn: '3', due: '2016-11-01' },
    ],
    customers: [
      { id: '10', name: 'Joe' },
      { id: '11', name: 'Zoe' },
    ],
  },
  people: { a: { age: 30 }, b: { age: 20 }, c: { age: 30 } },
  when: '2018-03-27T14:03:00.123Z',
  ms: 1_522_159_380_123,
} as const;
