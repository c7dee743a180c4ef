import { escapePointer } from '../../../model/json.ts';

/** Where something lies in a definition. Made for every value that is looked at, written out only for a finding. */
export class Place {
  readonly #outer: Place | undefined;
  readonly #step: string | number;

  private constructor(outer: Place | undefined, step: string | number) {
    this.#outer = outer;
    this.#step = step;
  }

  static root(): Place {
    return new Place(undefined, '');
  }

  at(step: string | number): Place {
    return new Place(this, step);
  }

  /** The field's own name. */
  get name(): string {
    return String(this.#step);
  }

  /** RFC 6901 */
  get pointer(): string {
    return this.#steps()
      .map((step) => `/${escapePointer(String(step))}`)
      .join('');
  }

  /** As the service writes it: `/States/Decide/Choices[0]/Next`, nothing escaped. */
  get location(): string {
    const text = this.#steps()
      .map((step) => (typeof step === 'number' ? `[${step}]` : `/${step}`))
      .join('');
    return text === '' ? '/' : text;
  }

  #steps(): (string | number)[] {
    const steps: (string | number)[] = [];
    for (let place: Place = this; place.#outer !== undefined; place = place.#outer) steps.push(place.#step);
    return steps.reverse();
  }
}
