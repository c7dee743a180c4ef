/** The functions of the order saga; each logs what it does, so that the order of the compensations can be seen. */

class OutOfStock extends Error {
  override name = 'OutOfStock';
}
class CardDeclined extends Error {
  override name = 'CardDeclined';
}
class NoCourier extends Error {
  override name = 'NoCourier';
}

interface Order {
  readonly orderId: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly card: string;
  readonly amount: number;
  readonly address: string;
}

export function reserveStock({ orderId, items }: Pick<Order, 'orderId' | 'items'>) {
  const scarce = items.find(({ quantity }) => quantity > 100);
  if (scarce !== undefined) throw new OutOfStock(`there are not ${scarce.quantity} of ${scarce.sku}`);
  console.error(`reserved the stock of ${orderId}`);
  return { reservation: `stock-${orderId}` };
}

export function chargeCard({ orderId, card, amount }: Pick<Order, 'orderId' | 'card' | 'amount'>) {
  if (card.endsWith('0000')) throw new CardDeclined(`the card that ends on ${card.slice(-4)} was declined`);
  console.error(`charged ${amount}`);
  return { receipt: `receipt-${orderId}` };
}

export function bookCourier({ orderId, address }: Pick<Order, 'orderId' | 'address'>) {
  if (address === 'Atlantis') throw new NoCourier(`nobody delivers to ${address}`);
  console.error(`booked a courier to ${address}`);
  return { parcel: `parcel-${orderId}` };
}

export function refundCard({ receipt }: { readonly receipt: string }) {
  console.error(`refunded ${receipt}`);
  return { refunded: receipt };
}

export function releaseStock({ reservation }: { readonly reservation: string }) {
  console.error(`released ${reservation}`);
  return { released: reservation };
}
