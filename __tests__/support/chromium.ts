import { chromium, type Browser } from 'playwright-core';
import { debianProgram } from './debian-program';

const executablePath =
  process.env.CHROMIUM_PATH ?? debianProgram(['chromium', 'chromium-browser', 'google-chrome'], 'chromium');

/** Starts headless Chromium: the one at CHROMIUM_PATH or on PATH, or Debian's. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] }); // which root needs
}
