/** The documented limits on values. Those on a whole transaction are in transactionUsage.ts. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;
export const MAX_OBJECT_FIELDS = 1_024;
export const MAX_ARRAY_LENGTH = 8_192;
/** Nested objects and arrays, the outermost counted. */
export const MAX_NESTING = 16;
/** Of arguments and results, which need not fit into a document. */
export const MAX_CALL_NESTING = 64;
export const MAX_FIELD_NAME_CHARS = 1_024;
/** Of the fields of a document itself. */
export const MAX_DOCUMENT_FIELD_NAME_CHARS = 64;
export const MAX_OPERATORS = 256;
