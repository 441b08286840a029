/** The reasons, short of a fault of the engine, for which a socket ends. */

/** The client broke the protocol and would do it again: it is told to give up for good. */
export class ProtocolFault extends Error {
  override readonly name = "ProtocolFault";
}

/** The client asks for more than is held for one socket: it may come back later. */
export class Overload extends Error {
  override readonly name = "Overload";
}

/** The client's token is not, or no longer, good: it is told, and comes back with another. */
export class AuthFault extends Error {
  override readonly name = "AuthFault";
  /** True if a new token was refused, false if the one in force ran out. */
  readonly isUpdate: boolean;

  constructor(message: string, isUpdate: boolean) {
    super(message);
    this.isUpdate = isUpdate;
  }
}
