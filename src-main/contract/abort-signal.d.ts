/** The part of the platform's AbortSignal that pure code may name; both Node and the browser have the whole of it. */
interface AbortSignal {
  readonly aborted: boolean;
}
