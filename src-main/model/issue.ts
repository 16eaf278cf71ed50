/** Trouble with one item, as data: the rest of the account stands. `where` is a path below the data root or an engine call. */
export interface Issue {
  readonly where: string;
  readonly what: string;
}
