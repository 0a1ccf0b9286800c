/** A stage's throttle: a token bucket. Source: API Gateway Developer Guide, "Throttle requests to your HTTP APIs". */

export interface ThrottleLimits {
  /** Tokens added a second. */
  readonly ratePerSecond: number;
  /** Tokens that the bucket holds; it starts full. */
  readonly burst: number;
}

export class Throttle {
  #tokens: number;
  #filledAt: number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    private readonly limits: ThrottleLimits,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#tokens = limits.burst;
    this.#filledAt = now();
  }

  /** Takes a token. @returns false when there is none: the request is refused */
  admits(): boolean {
    const at = this.now();
    const added = ((at - this.#filledAt) / 1000) * this.limits.ratePerSecond;
    this.#tokens = Math.min(this.limits.burst, this.#tokens + added);
    this.#filledAt = at;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
