import { refreshRaceCases } from './refresh-race-cases.ts';

refreshRaceCases(3);
