using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Training;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1) in one pass over parameters, gradients and moments, on all of torch's threads.</summary>
/// <remarks>
/// The equations are those of <see cref="optim.Adam(IEnumerable{Parameter}, double, double, double, double, double, bool, bool)"/>,
/// which computes them by some ten tensor operations per parameter and takes about ten times as long.
/// The optimizer owns the moments; the parameters stay the caller's.
/// </remarks>
public sealed class FusedAdam : IDisposable
{
    // libtorch has the fused step; TorchSharp has no method for it, so a line of TorchScript reaches it.
    private static readonly jit.CompilationUnit _script = jit.compile("""
        def step(parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor],
                 learning_rate: float, beta1: float, beta2: float, epsilon: float):
            torch._foreach_add_(steps, 1)
            unused: List[Tensor] = []
            torch._fused_adam_(parameters, gradients, means, squares, unused, steps, lr=learning_rate, beta1=beta1, beta2=beta2,
                               weight_decay=0.0, eps=epsilon, amsgrad=False, maximize=False)

        """);

    private readonly IReadOnlyList<State> _states;

    /// <param name="parameters">The parameters to optimize; each float32 and contiguous.</param>
    /// <param name="learningRate">α, the step size. Range: positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is not positive.</exception>
    public FusedAdam(IEnumerable<Parameter> parameters, double learningRate = 1e-3)
    {
        LearningRate = learningRate;
        _states = [.. parameters.Select(parameter => new State(parameter))];
    }

    /// <summary>α, the step size; it may change between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to something not positive.</exception>
    public double LearningRate
    {
        get;
        set
        {
            field = Require.Positive(value, nameof(LearningRate));
        }
    }

    /// <summary>β₁, the decay of the gradients' running mean.</summary>
    public static double Beta1 => 0.9;

    /// <summary>β₂, the decay of the squared gradients' running mean.</summary>
    public static double Beta2 => 0.999;

    /// <summary>ε, added to the root of the second moment.</summary>
    public static double Epsilon => 1e-8;

    /// <summary>The moments and the number of steps of every parameter, in their order; owned by the optimizer.</summary>
    internal IEnumerable<(Tensor Mean, Tensor Square, Tensor Steps)> Moments => _states.Select(state => (state.Mean, state.Square, state.Steps));

    /// <summary>Frees the gradients, so that the next backward pass starts without any.</summary>
    public void ClearGradients()
    {
        foreach (var state in _states)
        {
            state.Parameter.grad = null;
        }
    }

    /// <summary>Moves every parameter that has a gradient; the others stay, and so do their moments.</summary>
    public void Step()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var moved = _states.Select(state => (State: state, Gradient: state.Parameter.grad)).Where(pair => pair.Gradient is not null).ToList();
        if (moved.Count == 0)
        {
            return;
        }
        // From a plain number TorchSharp would make a scalar that nothing references, and the garbage collector could free it before the call.
        using Scalar rate = LearningRate, beta1 = Beta1, beta2 = Beta2, epsilon = Epsilon;
        _script.invoke("step",
            moved.Select(pair => (Tensor)pair.State.Parameter).ToArray(), moved.Select(pair => pair.Gradient!).ToArray(),
            moved.Select(pair => pair.State.Mean).ToArray(), moved.Select(pair => pair.State.Square).ToArray(),
            moved.Select(pair => pair.State.Steps).ToArray(), rate, beta1, beta2, epsilon);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var state in _states)
        {
            state.Dispose();
        }
    }

    /// <summary>A parameter with its moments and step count, which outlive any dispose scope.</summary>
    private sealed class State(Parameter parameter) : IDisposable
    {
        public Parameter Parameter { get; } = parameter;

        public Tensor Mean { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Square { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Steps { get; } = zeros(1, device: parameter.device).DetachFromDisposeScope();

        public void Dispose()
        {
            Mean.Dispose();
            Square.Dispose();
            Steps.Dispose();
        }
    }
}
