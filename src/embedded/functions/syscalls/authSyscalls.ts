/** `ctx.auth`: who calls, and tokens of the deployment's own. */
import type { JSONObject } from "../../values/jsonValue.ts";
import { userIdentity } from "../identity.ts";
import { signToken } from "../signToken.ts";
import type { TransactionScope } from "../transactions/transactionScope.ts";
import type { TransactionSyscall } from "./transactionSyscall.ts";

export const AUTH_SYSCALLS = {
  "1.0/getUserIdentity": {
    writes: false,
    run({ call, identity }: TransactionScope) {
      call.usesIdentity = true;
      return userIdentity(identity);
    },
  },
  "1.0/signJwt": {
    writes: true,
    run: ({ call }: TransactionScope, args: { claims?: JSONObject; expiresInSeconds: number }) =>
      signToken(call.services, args.claims ?? {}, args.expiresInSeconds, call.startedAt),
  },
} satisfies Record<string, TransactionSyscall>;
