import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { createClient } from './api/client.ts';
import { AppState } from './state/app.svelte.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
// The client first: it takes the token out of the address before the router reads it.
const client = createClient();
mount(App, { target, props: { app: new AppState(client) } });
