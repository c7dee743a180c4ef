import { setTimeout as pause } from 'node:timers/promises';

class Unavailable extends Error {
  override name = 'Unavailable';
}
class CustomerNotFound extends Error {
  override name = 'CustomerNotFound';
}

/** Fails until it was tried often enough; the machine says how often it has been. */
export function flaky({ failures, tries }: { readonly failures: number; readonly tries: number }) {
  if (tries < failures) throw new Unavailable(`unavailable, attempt ${tries + 1}`);
  return { succeededAfter: tries };
}

export async function slow({ seconds }: { readonly seconds: number }, { signal }: { signal: AbortSignal }) {
  await pause(seconds * 1000, undefined, { signal });
  return { tookSeconds: seconds };
}

export function findCustomer({ customer }: { readonly customer: string }) {
  if (customer !== 'ada') throw new CustomerNotFound(`there is no customer ${customer}`);
  return { name: 'Ada' };
}
