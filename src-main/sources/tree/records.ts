/** The trees that this folder reads are the model's: see there for their form. */
export {
  childIndex,
  ENTRY_KIND,
  entryPath,
  type ChildIndex,
  type EntryKind,
  type LayerTree,
} from '../../model/tree.ts';
