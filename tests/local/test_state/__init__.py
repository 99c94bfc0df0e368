"""Promises of what is put to TestState; the emulator's own answers stand in for AWS's here."""
