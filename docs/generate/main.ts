// Run by `npm run generate`: writes the pages of docs/ that are made from the sources.
import { writeFileSync } from 'node:fs';
import { generatePages } from './pages.ts';

for (const [file, text] of await generatePages()) writeFileSync(file, text);
