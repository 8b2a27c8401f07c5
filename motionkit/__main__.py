"""``python -m motionkit``, which ``torchrun -m motionkit`` uses across machines."""

from motionkit.cli import main

if __name__ == "__main__":
    main()
