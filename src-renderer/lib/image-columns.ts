import type { GridColumn } from './grid.ts';

/** Of the list of images; what is wanted least goes first where there is no room. */
export const IMAGE_COLUMNS: readonly GridColumn[] = [
  { key: 'name', title: 'Image', width: 'minmax(150px, 3fr)', sorts: true },
  { key: 'id', title: 'Id', width: '98px', from: 860 },
  { key: 'bar', title: 'Sharing', width: 'minmax(44px, 1fr)', from: 460 },
  { key: 'size', title: 'Size', width: '66px', align: 'end', sorts: true },
  {
    key: 'unique',
    title: 'Unique',
    width: '66px',
    align: 'end',
    sorts: true,
    hint: 'Bytes only this image stands on',
  },
  {
    key: 'shared',
    from: 520,
    title: 'Shared',
    width: '66px',
    align: 'end',
    sorts: true,
    hint: 'Bytes other images stand on too',
  },
  {
    key: 'frees',
    title: 'Frees now',
    width: '66px',
    align: 'end',
    sorts: true,
    hint: 'What leaves when it alone is removed',
  },
  { key: 'users', title: 'Used by', width: 'minmax(72px, 1.3fr)', sorts: true, from: 640 },
  {
    key: 'seen',
    title: 'Seen in use',
    width: '92px',
    sorts: true,
    from: 960,
    hint: 'When a scan last saw a container on it',
  },
  { key: 'created', title: 'Created', width: '88px', sorts: true, from: 740 },
];

/** In an archive nothing goes, and nobody knows who uses what. */
export const ARCHIVE_IMAGE_COLUMNS = IMAGE_COLUMNS.filter(
  ({ key }) => key !== 'frees' && key !== 'users' && key !== 'seen',
);
