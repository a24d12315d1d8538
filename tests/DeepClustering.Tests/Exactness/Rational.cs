using System.Numerics;

namespace DeepClustering.Tests.Exactness;

/// <summary>A rational number without rounding: what float64 results are held to.</summary>
internal readonly struct Rational
{
    private readonly BigInteger _numerator, _denominator;

    private Rational(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        (_numerator, _denominator) = (numerator / divisor, denominator / divisor);
    }

    public static Rational Zero { get; } = new(0, 1);

    public bool IsZero => _numerator.IsZero;

    public static implicit operator Rational(int value) => new(value, 1);

    /// <summary>Every finite float64 is a whole number times a power of two.</summary>
    public static implicit operator Rational(double value)
    {
        if (value == 0)
        {
            return Zero;
        }
        int exponent = Math.ILogB(value) - 52;
        var mantissa = new BigInteger(Math.ScaleB(value, -exponent));
        return exponent >= 0 ? new(mantissa << exponent, 1) : new(mantissa, BigInteger.One << -exponent);
    }

    public static Rational operator +(Rational a, Rational b) =>
        new((a._numerator * b._denominator) + (b._numerator * a._denominator), a._denominator * b._denominator);

    public static Rational operator -(Rational a, Rational b) =>
        new((a._numerator * b._denominator) - (b._numerator * a._denominator), a._denominator * b._denominator);

    public static Rational operator *(Rational a, Rational b) => new(a._numerator * b._numerator, a._denominator * b._denominator);

    public static Rational operator /(Rational a, Rational b) =>
        b._numerator.Sign < 0 ? new(-a._numerator * b._denominator, -a._denominator * b._numerator) : new(a._numerator * b._denominator, a._denominator * b._numerator);

    public static bool operator <(Rational a, Rational b) => (a - b)._numerator.Sign < 0;

    public static bool operator >(Rational a, Rational b) => b < a;

    /// <summary>The nearest float64 but for the last digit.</summary>
    public double ToDouble()
    {
        if (_numerator.IsZero)
        {
            return 0;
        }
        int shift = 64 - (int)(_numerator.GetBitLength() - _denominator.GetBitLength());
        var quotient = shift >= 0 ? (_numerator << shift) / _denominator : _numerator / (_denominator << -shift);
        return Math.ScaleB((double)quotient, -shift);
    }

    /// <summary>The square root to float64's digits.</summary>
    public double Sqrt() => Math.Sqrt(ToDouble());
}
