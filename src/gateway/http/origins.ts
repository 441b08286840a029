/**
 * Which web pages may speak to the gateway (GW3). A browser names the page in `Origin`; programs send
 * none and are welcome, since nothing here rides on cookies. The page we serve ourselves is on the
 * host that the request names; others must be configured.
 */
export interface Origins {
  /** Whether a request with these headers may be answered; `origin` undefined: not from a page. */
  isAllowed(origin: string | undefined, host: string | undefined): boolean;
}

/** `configured`: ALLOWED_ORIGINS and PUBLIC_URL's origin. */
export function createOrigins(configured: readonly string[]): Origins {
  const allowed = new Set(configured);
  return {
    isAllowed(origin, host) {
      if (origin === undefined || allowed.has(origin)) return true;
      // Sandboxed frames and files send `null`, which is no address.
      return host !== undefined && URL.parse(origin)?.host === host.toLowerCase();
    },
  };
}
